"""Offline work: from labelled comments to an artefact. May import serving.moderation, never the reverse."""
