"""Parts of figures in line art."""
