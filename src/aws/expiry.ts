import { expiryTag, noExpiry, type Expiry } from "../ports/expiry.ts";
import type { Clients } from "./clients.ts";
import { tagDatabases } from "./expiry/tag-databases.ts";
import { tagGroups } from "./expiry/tag-groups.ts";
import { collectPages } from "./filters.ts";
import { findAllOf } from "./load-balancing/find-all-of.ts";
import { stackTag } from "./tags.ts";
import { isAwsError } from "./translate-error.ts";

type Needed = Pick<Clients, "autoScaling" | "ec2" | "elbv2" | "iam" | "s3" | "rds" | "ssm">;

interface Names {
  readonly bucketsOf: (stack: string) => readonly string[];
  readonly roleOf: (stack: string) => string;
}

/** CreateTags takes so many resources; DescribeTags so many values of a filter. */
const batchSize = 200;

/** The expiry port over the tags of all services that the stack is made of. */
export function createExpiry(clients: Needed, { bucketsOf, roleOf }: Names): Expiry {
  return {
    async tag(stack, expiresAt) {
      const tag = { Key: expiryTag, Value: expiresAt ?? noExpiry };
      await Promise.all([
        tagLoadBalancing(clients, stack, tag),
        tagIdentity(clients, stack, roleOf(stack), tag),
        tagDatabases(clients, stack, tag),
        tagGroups(clients, stack, tag),
        ...bucketsOf(stack).map((bucket) => tagBucket(clients, stack, bucket, tag)),
      ]);
      // The instances' tag is what later runs go by: it must not be there before the others are.
      const { CreateTagsCommand } = await import("@aws-sdk/client-ec2");
      const ids = await resourceIds(clients, stack);
      for (const batch of batchesOf(ids)) {
        await (await clients.ec2()).send(new CreateTagsCommand({ Resources: batch, Tags: [tag] }));
      }
    },

    async find(stack) {
      const { paginateDescribeTags } = await import("@aws-sdk/client-ec2");
      const client = await clients.ec2();
      const values: string[] = [];
      for (const batch of batchesOf(await resourceIds(clients, stack))) {
        const Filters = [
          { Name: "key", Values: [expiryTag] },
          { Name: "resource-id", Values: batch },
        ];
        const tags = await collectPages(paginateDescribeTags({ client }, { Filters }), (page) => page.Tags);
        values.push(...tags.flatMap(({ Value }) => Value ?? []));
      }
      const latest = values.toSorted().at(-1);
      return latest === noExpiry ? undefined : latest;
    },
  };
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

function batchesOf(ids: readonly string[]): string[][] {
  const batches: string[][] = [];
  for (let start = 0; start < ids.length; start += batchSize) batches.push(ids.slice(start, start + batchSize));
  return batches;
}

async function resourceIds(clients: Needed, stack: string): Promise<string[]> {
  const { paginateDescribeTags } = await import("@aws-sdk/client-ec2");
  const Filters = [
    { Name: "key", Values: [stackTag] },
    { Name: "value", Values: [stack] },
  ];
  const pages = paginateDescribeTags({ client: await clients.ec2() }, { Filters });
  return (await collectPages(pages, (page) => page.Tags)).flatMap(({ ResourceId }) => ResourceId ?? []);
}

async function tagLoadBalancing(clients: Needed, stack: string, tag: Tag): Promise<void> {
  const { AddTagsCommand, DescribeListenersCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = await clients.elbv2();
  const { loadBalancers, targetGroups } = await findAllOf(clients, stack);
  const arns = [...loadBalancers, ...targetGroups].map(({ arn }) => arn);
  for (const { arn } of loadBalancers) {
    const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
    arns.push(...Listeners.flatMap(({ ListenerArn }) => ListenerArn ?? []));
  }
  // One at a time: what one of them is gone for must not leave the others without.
  for (const arn of arns) await client.send(new AddTagsCommand({ ResourceArns: [arn], Tags: [tag] }));
}

async function tagIdentity(clients: Needed, stack: string, name: string, tag: Tag): Promise<void> {
  const { GetRoleCommand, GetInstanceProfileCommand, TagRoleCommand, TagInstanceProfileCommand } =
    await import("@aws-sdk/client-iam");
  const client = await clients.iam();
  const [role, profile] = await Promise.all([
    unlessAbsent(() => client.send(new GetRoleCommand({ RoleName: name }))),
    unlessAbsent(() => client.send(new GetInstanceProfileCommand({ InstanceProfileName: name }))),
  ]);
  if (isOf(stack, role?.Role?.Tags)) await client.send(new TagRoleCommand({ RoleName: name, Tags: [tag] }));
  if (isOf(stack, profile?.InstanceProfile?.Tags)) {
    await client.send(new TagInstanceProfileCommand({ InstanceProfileName: name, Tags: [tag] }));
  }
}

/** S3 knows only all of a bucket's tags at once. */
async function tagBucket(clients: Needed, stack: string, name: string, tag: Tag): Promise<void> {
  const { GetBucketTaggingCommand, PutBucketTaggingCommand } = await import("@aws-sdk/client-s3");
  const client = await clients.s3();
  const found = await unlessAbsent(() => client.send(new GetBucketTaggingCommand({ Bucket: name })));
  if (!isOf(stack, found?.TagSet)) return;
  const others = (found?.TagSet ?? []).filter(({ Key }) => Key !== tag.Key);
  await client.send(new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet: [...others, tag] } }));
}

/** Also what somebody else has: a bucket's or a role's name may be taken by one that is not ours. */
const absent = [
  "NoSuchEntity",
  "NoSuchEntityException",
  "NoSuchBucket",
  "NoSuchTagSet",
  "AccessDenied",
  "PermanentRedirect",
];

async function unlessAbsent<Output>(call: () => Promise<Output>): Promise<Output | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error, ...absent)) return undefined;
    throw error;
  }
}

const isOf = (
  stack: string,
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): boolean => (tags ?? []).some(({ Key, Value }) => Key === stackTag && Value === stack);
