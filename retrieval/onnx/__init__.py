"""Running ONNX models: graphs, checked model folders, quiet libraries."""
