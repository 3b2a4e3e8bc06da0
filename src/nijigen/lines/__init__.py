"""Line art: taken out of pictures, cleaned, made vectors."""
