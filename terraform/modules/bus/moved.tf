# The bus and its archive had no index in 0.1.0.
moved {
  from = aws_cloudwatch_event_bus.this
  to   = aws_cloudwatch_event_bus.this[0]
}

moved {
  from = aws_cloudwatch_event_archive.this
  to   = aws_cloudwatch_event_archive.this[0]
}
