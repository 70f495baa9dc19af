"""Mail: what a message says, how it is handed to the mail server, how a person proves an address and leaves again."""
