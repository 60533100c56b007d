import type { BoxKind } from "./scene.ts";

/**
 * Own icons in the spirit of the official set (see docs/decisions/0005-diagram.md): outlines on a 24 by 24 grid, drawn
 * with the text's colour, so that they are readable in black and white and in the dark.
 */
export const icons: Readonly<Record<BoxKind, string>> = {
  user: "M12 4a4 4 0 1 1 0 8a4 4 0 1 1 0-8M4 21c0-5 4-7 8-7s8 2 8 7",
  internet: "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18M3 12h18M12 3c-6 5-6 13 0 18M12 3c6 5 6 13 0 18",
  check: "M4 12l5 6L20 5",
  "systems-manager": "M4 4h16v12H4zM9 20h6M12 16v4M7 8l3 2-3 2M12 12h4",
  account: "M3 17c-2-4 1-7 4-7c1-5 9-6 11-1c4 0 5 8 1 8z",
  region: "M12 21s7-7 7-12a7 7 0 0 0-14 0c0 5 7 12 7 12M12 7a2 2 0 1 1 0 4a2 2 0 1 1 0-4",
  vpc: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3M12 14v3",
  zone: "M3 20h18M5 20V9h6v11M13 20V4h6v16M15 8h2M15 12h2",
  "public-subnet": "M4 20V10l8-6 8 6v10zM9 20v-6h6v6",
  "private-subnet": "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
  "security-group": "M12 3l8 3v6c0 5-4 8-8 9c-4-1-8-4-8-9V6z",
  "internet-gateway": "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18M12 17V7M8 11l4-4 4 4",
  "load-balancer":
    "M5 9a3 3 0 1 1 0 6a3 3 0 1 1 0-6M8 12h4M12 5v14M12 5h5M12 12h5M12 19h5M17 3h4v4h-4zM17 10h4v4h-4zM17 17h4v4h-4z",
  "target-group": "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18M12 8a4 4 0 1 1 0 8a4 4 0 1 1 0-8M12 12h.1",
  instance: "M6 6h12v12H6zM9 9h6v6H9zM9 2v4M15 2v4M9 18v4M15 18v4M2 9h4M2 15h4M18 9h4M18 15h4",
  process: "M12 8a4 4 0 1 1 0 8a4 4 0 1 1 0-8M12 2v4M12 18v4M2 12h4M18 12h4M5 5l3 3M16 16l3 3M19 5l-3 3M8 16l-3 3",
  socket: "M9 3v6M15 3v6M6 9h12v3a6 6 0 0 1-12 0zM12 18v4",
  database: "M4 6c0-4 16-4 16 0v12c0 4-16 4-16 0zM4 6c0 4 16 4 16 0M4 12c0 4 16 4 16 0",
  bucket: "M3 6c0-3 18-3 18 0l-3 14c-2 2-10 2-12 0zM3 6c0 3 18 3 18 0",
  role: "M8 8a4 4 0 1 1 0 8a4 4 0 1 1 0-8M12 12h10M18 12v4M21 12v3",
};
