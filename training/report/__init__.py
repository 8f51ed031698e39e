"""The report for people who do not code: Dutch words, tables and pictures, and the pages made of the notebooks."""
