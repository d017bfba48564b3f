"""Files that once brought a reader down, each as small as it still did. They are made here and come from no report."""
