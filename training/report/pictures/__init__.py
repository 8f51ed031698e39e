"""Pictures of one page each: from figures to a drawing."""
