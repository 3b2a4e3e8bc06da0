"""Line art as arrays: ink, skeletons, gaps, regions as graphs; imports only core and imaging."""
