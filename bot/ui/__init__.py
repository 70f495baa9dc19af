"""What people see: answers, papers and lists as Components V2. Pure functions; every limit is kept here.

Source of all component rules: https://discord.com/developers/docs/components/reference
"""
