"""What speaks HTTP: the scoring API now; the try-out page, review queue and reports come here too."""
