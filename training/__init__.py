"""Training of the networks: from atomic structures to ONNX files. Needs torch and gemmi."""
