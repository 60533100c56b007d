import type { Ec2Data, ImageRecord } from "./records.ts";

/** Debian's account, and the images as its public SSM parameters name them. */
const debian = {
  description: "Debian 13 (sandbox)",
  ownerId: "136693071363",
  ownerAlias: "amazon",
  public: true,
  rootDevice: "/dev/xvda",
  snapshotId: "snap-0deb1a13000000001",
  sizeGib: 8,
  encrypted: false,
  state: "available",
  createdAt: "2025-08-09T00:00:00.000Z",
} as const;

export const debianAmd64 = "ami-0deb1a13000000a64";
export const debianArm64 = "ami-0deb1a13000000b64";

const publicImages: readonly ImageRecord[] = [
  { ...debian, id: debianAmd64, name: "debian-13-amd64-20250809-2198", architecture: "x86_64" },
  { ...debian, id: debianArm64, name: "debian-13-arm64-20250809-2198", architecture: "arm64" },
];

export function listImages(data: Ec2Data): ImageRecord[] {
  return [...publicImages, ...Object.values(data.images)];
}

/** Images that come with the sandbox need no copy of a disk: a host of theirs starts from the plain Debian. */
export function isPublic(imageId: string): boolean {
  return publicImages.some(({ id }) => id === imageId);
}

export function findImage(data: Ec2Data, id: string): ImageRecord | undefined {
  return listImages(data).find((image) => image.id === id);
}
