"""What Discord would never send: forged ids, wrong types, odd texts. The bot refuses in words and stores nothing."""
