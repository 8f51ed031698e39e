"""Tables of one page each: from figures to rows of written cells."""
