"""Several drawings together: contact sheets and animations."""
