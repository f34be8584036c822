"""How the networks were made: from atomic structures to ONNX files. Needs torch and gemmi."""
