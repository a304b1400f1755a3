"""What was found about data and points as tables: text for the command line, HTML for notebooks."""
