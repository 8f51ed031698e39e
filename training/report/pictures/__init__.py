"""Pictures of one page each: from its figures to a drawing."""
