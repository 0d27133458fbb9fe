# Failures that clients notice, although no function fails: connect and subscribe answer, and API Gateway calls no function.
locals {
  client_alarms = merge(local.decision_alarms, local.connection_alarms, local.message_alarms, local.resume_alarms, local.api_alarms)

  # authorize prints a line of metrics for each client. It prints none if it crashes or times out.
  decision_alarms = { for function, at in var.functions : "${function}-unanswered" => merge(local.share, {
    sources = merge(
      { invocations = { namespace = "AWS/Lambda", metric = "Invocations", dimensions = { FunctionName = at.name }, statistic = "Sum" } },
      { for metric in ["Admitted", "Refused", "Unavailable"] : lower(metric) => {
        namespace = var.namespace, metric = metric, dimensions = { Function = function }, statistic = "Sum"
      } },
    )
    expression  = "IF(FILL(invocations, 0) > 10, 100 * (FILL(invocations, 0) - FILL(admitted, 0) - FILL(refused, 0) - FILL(unavailable, 0)) / FILL(invocations, 0), 0)"
    label       = "Clients without a decision (%)"
    datapoints  = 2
    description = "authorize ends without a decision for more than half of the clients, and they receive 500. See the log group ${at.log_group}."
  }) if function == var.authorizer }

  connection_alarms = { for function, at in var.functions : "${function}-failed" => merge(local.immediate, {
    namespace   = var.namespace
    metric      = "Failed"
    dimensions  = { Function = function }
    description = "connect cannot store connections, and clients receive 500. See the log group ${at.log_group}."
  }) if function == "connect" }

  message_alarms = merge([for function, at in var.functions : {
    for name, alarm in local.message_failures : "${function}-${name}" => merge(local.immediate, {
      namespace   = var.namespace
      metric      = alarm.metric
      dimensions  = { Function = function }
      description = "${alarm.description} See the log group ${at.log_group}."
    })
  } if function == "subscribe"]...)

  message_failures = {
    unavailable = { metric = "Unavailable", description = "subscribe cannot read a table or the keys of the issuer, and clients receive the error unavailable." }
    refused     = { metric = "Refused", description = "API Gateway rejects the answers of subscribe. Check its permissions." }
    damaged     = { metric = "DamagedItems", description = "subscribe cannot read an item. It skips an item of a log in replays, and closes the connection of another item." }
  }

  resume_alarms = { for function, at in var.functions : "${function}-unrecovered" => merge(local.share, {
    sources = { for metric in ["Recovered", "Unrecovered"] : lower(metric) => {
      namespace = var.namespace, metric = metric, dimensions = { Function = function }, statistic = "Sum"
    } }
    expression  = "IF(FILL(recovered, 0) + FILL(unrecovered, 0) > 100, 100 * FILL(unrecovered, 0) / (FILL(recovered, 0) + FILL(unrecovered, 0)), 0)"
    label       = "Resumes without the missed events (%)"
    description = "More than half of the resumes do not recover the events that clients missed, so clients read everything again. The metrics of subscribe have the reasons."
  }) if function == "subscribe" }

  api_alarms = {
    api-errors = merge(local.sustained, local.api_metrics, {
      metric      = "ExecutionError"
      description = "API Gateway cannot call a function, so clients cannot connect or receive no answer."
    })

    api-refused = merge(local.share, {
      sources = merge(
        { for metric in ["ClientError", "IntegrationError", "ConnectCount"] : lower(metric) => merge(local.api_metrics, { metric = metric, statistic = "Sum" }) },
        # Refused connections that opened to give the reason. API Gateway counts them in ConnectCount.
        { explained = { namespace = var.namespace, metric = "Explained", dimensions = { Function = "connect" }, statistic = "Sum" } },
        { denied = { namespace = var.namespace, metric = "Refused", dimensions = { Function = var.authorizer }, statistic = "Sum" } },
        # Messages of clients. MessageCount of API Gateway has frames to clients too.
        { for function, at in var.functions : "messages" => {
          namespace = "AWS/Lambda", metric = "Invocations", dimensions = { FunctionName = at.name }, statistic = "Sum"
        } if function == "subscribe" },
      )
      # Handshakes by themselves, or else handshakes and messages. Messages of connected clients would hide refused handshakes.
      expression  = "IF(FILL(denied, 0) + FILL(explained, 0) > 100 AND 2 * (FILL(denied, 0) + FILL(explained, 0)) > FILL(denied, 0) + FILL(connectcount, 0), 100 * (FILL(denied, 0) + FILL(explained, 0)) / (FILL(denied, 0) + FILL(connectcount, 0)), IF(FILL(clienterror, 0) + FILL(integrationerror, 0) + FILL(explained, 0) > 100, 100 * (FILL(clienterror, 0) + FILL(integrationerror, 0) + FILL(explained, 0)) / (FILL(clienterror, 0) + FILL(connectcount, 0) + FILL(messages, 0)), 0))"
      label       = "Refused connections or messages (%)"
      description = "API Gateway, authorize or connect refuses more than half of the connections, or of connections and messages together. Check the tokens, the origins and the throttle."
    })
  }

  # More than half, for a quarter of an hour.
  share = { period = 300, periods = 3, datapoints = 3, threshold = 50 }

  api_metrics = { namespace = "AWS/ApiGateway", dimensions = { ApiId = var.socket.api_id, Stage = var.socket.stage } }
}
