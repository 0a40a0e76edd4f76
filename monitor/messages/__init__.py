"""Messages: what people are told looks like, as text, HTML, Slack and templates of their own."""
