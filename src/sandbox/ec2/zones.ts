/** The zones of a region. Accounts in Tokyo see a, c and d. */
export function zonesOf(region: string): { name: string; id: string }[] {
  const letters = region === "ap-northeast-1" ? ["a", "c", "d"] : ["a", "b", "c"];
  const numbers = region === "ap-northeast-1" ? [4, 1, 2] : [1, 2, 3];
  return letters.map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${shortName(region)}-az${numbers[index]}`,
  }));
}

export function zoneId(zoneName: string): string | undefined {
  return zonesOf(zoneName.slice(0, -1)).find(({ name }) => name === zoneName)?.id;
}

/** ap-northeast-1 is apne1. */
function shortName(region: string): string {
  const [area = "", direction = "", number = ""] = region.split("-");
  const short = direction.replace(/north|south|east|west|central/g, (word) => word.charAt(0));
  return `${area}${short}${number}`;
}
