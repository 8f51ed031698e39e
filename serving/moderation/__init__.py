"""The pure core: from a comment to a decision. It knows no web framework, no database, no torch and no BentoML."""
