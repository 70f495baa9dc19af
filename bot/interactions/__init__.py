"""Commands, messages and presses: one module each, thin: parse, call, hand the result to a card."""
