export function svgFaults(): string[];
export function drawioFaults(xml: string): string[];
