"""The live half of WebSub: asking hubs to push, and taking what they push."""
