"""MiniStack, made complete where a deployment meets its gaps: two answers, without which `terraform plan` would never be
empty; two conditions of trust policies, without which a pipe's role could not be assumed; and the sub-protocol that the
function of `$connect` confirms, without which no client that offers one would connect.

Nothing is added that AWS does not have; docs/guides/emulator.md lists every gap that was met.
"""

from contextvars import ContextVar
from xml.sax.saxutils import escape

from ministack.app import main
from ministack.core import iam_evaluator
from ministack.services import apigateway, cloudwatch

HTTP_API_ONLY = ("jwtConfiguration", "authorizerPayloadFormatVersion", "authorizerResultTtlInSeconds", "enableSimpleResponses")


def xml(value):
    """What the Query protocol makes of a member: lists are of <member>, what is unset is left out."""
    if isinstance(value, dict):
        return "".join(f"<{name}>{xml(part)}</{name}>" for name, part in value.items() if part is not None)
    if isinstance(value, list):
        return "".join(f"<member>{xml(part)}</member>" for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))


def told(alarm):
    """Without its times, which are no timestamps of the Query protocol; and without the period and the statistic
    that MiniStack gives to an alarm on an expression, which has none of its own."""
    aside = () if alarm.get("MetricName") else ("Period", "Statistic")
    return {name: value for name, value in alarm.items() if not name.endswith("Timestamp") and name not in aside}


def whole_alarms(describe):
    """The Query protocol's DescribeAlarms tells a few fields of an alarm only: tell all that are stored."""

    def described(params, cbor_data, is_cbor, is_json=False):
        if is_cbor or is_json:
            return describe(params, cbor_data, is_cbor, is_json)
        names = [values for name, values in sorted(params.items()) if name.startswith("AlarmNames.member.")]
        names = [name[0] if isinstance(name, list) else name for name in names]
        alarms = [told(alarm) for name, alarm in cloudwatch._alarms.items() if not names or name in names]
        result = xml({"DescribeAlarmsResult": {"MetricAlarms": alarms, "CompositeAlarms": []}})
        return cloudwatch._xml(200, "DescribeAlarmsResponse", result)

    return described


def plain_authorizers(create):
    """A WebSocket API's authorizer has none of the settings that are for HTTP APIs."""

    def created(api_id, data):
        status, headers, body = create(api_id, data)
        if status == 201 and apigateway._apis[api_id].get("protocolType") == "WEBSOCKET":
            authorizer = list(apigateway._authorizers[api_id].values())[-1]
            for name in HTTP_API_ONLY:
                authorizer.pop(name, None)
            return apigateway._apigw_response(authorizer, 201)
        return status, headers, body

    return created


def sources_known(evaluate):
    """A service assumes a role for a resource: here that is a pipe, and the session is named after it."""

    def evaluated(document, caller, context=None):
        session = context and context.service_context.get("sts:rolesessionname")
        if session and caller.endswith(":root"):
            account = context.principal_account
            context.service_context["aws:sourceaccount"] = account
            context.service_context["aws:sourcearn"] = f"arn:aws:pipes:{context.region}:{account}:pipe/{session}"
        return evaluate(document, caller, context)

    return evaluated


confirmed = ContextVar("confirmed", default=None)


def confirming(invoke):
    """The sub-protocol is a header of what the function of `$connect` answers."""

    async def invoked(*arguments, **named):
        response = await invoke(*arguments, **named)
        headers = (response or {}).get("headers") or {}
        confirmed.set({name.lower(): value for name, value in headers.items()}.get("sec-websocket-protocol"))
        return response

    return invoked


def confirmed_to_clients(handle):
    """Invokes `$connect` in the same task, before it accepts."""

    async def handled(scope, receive, send, *arguments, **named):
        async def sent(message):
            if message["type"] == "websocket.accept" and confirmed.get():
                message = message | {"subprotocol": confirmed.get()}
            await send(message)

        await handle(scope, receive, sent, *arguments, **named)

    return handled


cloudwatch._describe_alarms = whole_alarms(cloudwatch._describe_alarms)
apigateway._create_authorizer = plain_authorizers(apigateway._create_authorizer)
apigateway._invoke_ws_lambda = confirming(apigateway._invoke_ws_lambda)
apigateway.handle_websocket = confirmed_to_clients(apigateway.handle_websocket)
iam_evaluator.evaluate_trust_policy = sources_known(iam_evaluator.evaluate_trust_policy)

if __name__ == "__main__":
    main()
