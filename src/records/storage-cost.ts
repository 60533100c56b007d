/** S3 Standard in ap-northeast-1, dollars per GB and month (https://aws.amazon.com/s3/pricing/). */
const storagePrice = 0.025;

/** Of what lies in a bucket, in dollars. */
export const storageCostPerMonth = (sizeBytes: number): number => (sizeBytes / 1e9) * storagePrice;
