# The bus and its archive are optional since 0.2.0.
moved {
  from = aws_cloudwatch_event_bus.this
  to   = aws_cloudwatch_event_bus.this[0]
}

moved {
  from = aws_cloudwatch_event_archive.this
  to   = aws_cloudwatch_event_archive.this[0]
}
