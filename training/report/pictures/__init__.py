"""Pictures that one page has: functions from a question's figures to a drawing."""
