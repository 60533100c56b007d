/** Debian publishes its images' ids here, by architecture (https://wiki.debian.org/Cloud/AmazonEC2Image). */
export const imageParameterFor = (architecture: "amd64" | "arm64" | "*"): string =>
  `/aws/service/debian/release/13/latest/${architecture}`;
