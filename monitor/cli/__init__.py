"""The command line: parse arguments, call the service, print."""
