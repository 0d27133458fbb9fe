"""Starts MiniStack, and closes the gaps that a deployment of tablecast needs closed.

- `DescribeAlarms` and `CreateAuthorizer` return complete answers. Otherwise `terraform plan` is never empty.
- Trust policies can use `aws:SourceAccount` and `aws:SourceArn`. Otherwise no pipe can assume its role.
- Policies can use `dynamodb:LeadingKeys`. Otherwise the conditions of terraform/conditions.yaml would have no effect.
- A repeated request of Terraform gets the first response. Otherwise a lost response stops a deployment.
- `$connect` confirms a sub-protocol. Otherwise clients that offer one cannot connect.

AWS does all of this. docs/guides/emulator.md lists all known gaps.
"""

import json
from contextvars import ContextVar
from xml.sax.saxutils import escape

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import apigateway, cloudwatch

import repeated

HTTP_API_ONLY = ("jwtConfiguration", "authorizerPayloadFormatVersion", "authorizerResultTtlInSeconds", "enableSimpleResponses")


def xml(value):
    """Encodes a value for the Query protocol. Items of lists become <member>, and unset values are left out."""
    if isinstance(value, dict):
        return "".join(f"<{name}>{xml(part)}</{name}>" for name, part in value.items() if part is not None)
    if isinstance(value, list):
        return "".join(f"<member>{xml(part)}</member>" for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))


def described(alarm):
    """Returns the fields of an alarm without its times, whose format is wrong for the Query protocol. An alarm on an
    expression also has no period and no statistic on AWS."""
    unknown = () if alarm.get("MetricName") else ("Period", "Statistic")
    return {name: value for name, value in alarm.items() if not name.endswith("Timestamp") and name not in unknown}


def complete_alarms(describe):
    """MiniStack returns a few fields of an alarm. This returns all stored fields."""

    def describe_alarms(params, cbor_data, is_cbor, is_json=False):
        if is_cbor or is_json:
            return describe(params, cbor_data, is_cbor, is_json)
        names = [values for name, values in sorted(params.items()) if name.startswith("AlarmNames.member.")]
        names = [name[0] if isinstance(name, list) else name for name in names]
        alarms, composites = (
            [described(alarm) for name, alarm in stored.items() if not names or name in names]
            for stored in (cloudwatch._alarms, cloudwatch._composite_alarms)
        )
        result = xml({"DescribeAlarmsResult": {"MetricAlarms": alarms, "CompositeAlarms": composites}})
        return cloudwatch._xml(200, "DescribeAlarmsResponse", result)

    return describe_alarms


def websocket_authorizers(create):
    """An authorizer of a WebSocket API has no settings of HTTP APIs."""

    def create_authorizer(api_id, data):
        status, headers, body = create(api_id, data)
        if status == 201 and apigateway._apis[api_id].get("protocolType") == "WEBSOCKET":
            authorizer = list(apigateway._authorizers[api_id].values())[-1]
            for name in HTTP_API_ONLY:
                authorizer.pop(name, None)
            return apigateway._apigw_response(authorizer, 201)
        return status, headers, body

    return create_authorizer


def trust_policies_with_sources(evaluate):
    """Sets the source account and ARN when a service assumes a role. The service is Pipes here, and the session has the name
    of the pipe."""

    def evaluate_trust_policy(document, caller, context=None):
        session = context and context.service_context.get("sts:rolesessionname")
        if session and caller.endswith(":root"):
            account = context.principal_account
            context.service_context["aws:sourceaccount"] = account
            context.service_context["aws:sourcearn"] = f"arn:aws:pipes:{context.region}:{account}:pipe/{session}"
        return evaluate(document, caller, context)

    return evaluate_trust_policy


def partition_key(request):
    """The value of pk in an item, in a key, or in the key condition `pk = :pk`."""
    fields = request.get("Item") or request.get("Key") or {"pk": request.get("ExpressionAttributeValues", {}).get(":pk")}
    return next(iter((fields.get("pk") or {}).values()), None)


def leading_keys(context):
    """Sets the condition key of DynamoDB that names partitions."""

    def dynamodb_service_context(body):
        request = json.loads(body or b"{}")
        found = context(body)
        parts = [part for item in request.get("TransactItems", []) for part in item.values()] or [request]
        found["dynamodb:LeadingKeys"] = [key for key in map(partition_key, parts) if key] or None
        return {name: value for name, value in found.items() if value is not None}

    return dynamodb_service_context


subprotocol = ContextVar("subprotocol", default=None)


def reads_subprotocol(invoke):
    """The function of `$connect` returns the confirmed sub-protocol as a header."""

    async def invoke_lambda(*arguments, **named):
        response = await invoke(*arguments, **named)
        headers = (response or {}).get("headers") or {}
        subprotocol.set({name.lower(): value for name, value in headers.items()}.get("sec-websocket-protocol"))
        return response

    return invoke_lambda


def sends_subprotocol(handle):
    """Adds the sub-protocol to the WebSocket handshake. MiniStack invokes `$connect` in the same task before it accepts."""

    async def handle_websocket(scope, receive, send, *arguments, **named):
        async def send_with_subprotocol(message):
            if message["type"] == "websocket.accept" and subprotocol.get():
                message = message | {"subprotocol": subprotocol.get()}
            await send(message)

        await handle(scope, receive, send_with_subprotocol, *arguments, **named)

    return handle_websocket


cloudwatch._describe_alarms = complete_alarms(cloudwatch._describe_alarms)
apigateway._create_authorizer = websocket_authorizers(apigateway._create_authorizer)
apigateway._invoke_ws_lambda = reads_subprotocol(apigateway._invoke_ws_lambda)
apigateway.handle_websocket = sends_subprotocol(apigateway.handle_websocket)
iam_actions.dynamodb_service_context = leading_keys(iam_actions.dynamodb_service_context)
iam_evaluator.evaluate_trust_policy = trust_policies_with_sources(iam_evaluator.evaluate_trust_policy)

app.app = repeated.once(app.app)

if __name__ == "__main__":
    app.main()
