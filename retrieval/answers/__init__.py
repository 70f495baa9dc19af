"""Questions in, verbatim quotes out."""
