"""Questions by command, mention, direct message, reply and thread, and the cards that answer them."""
