"""Regions of a drawing: found, edited, listed; imports only core and imaging."""
