"""`python -m retrieval …`"""
