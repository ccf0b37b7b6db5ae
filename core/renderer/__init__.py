"""HTML to PDF in a process of its own: `process.Renderer` starts and watches it, `engine` is what runs inside."""
