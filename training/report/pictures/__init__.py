"""Pictures of one question each: from its figures to a drawing."""
