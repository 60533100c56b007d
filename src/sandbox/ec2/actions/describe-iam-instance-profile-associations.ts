import {
  DescribeIamInstanceProfileAssociations$,
  type DescribeIamInstanceProfileAssociationsCommandInput,
  type DescribeIamInstanceProfileAssociationsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { filterItems, type FilterFields } from "../filter.ts";
import { page } from "../page.ts";
import { associationShape, instanceOfAssociation } from "../profile-associations.ts";
import type { InstanceRecord } from "../records.ts";

const fields: FilterFields<InstanceRecord> = {
  "instance-id": ({ id }) => id,
  state: () => "associated",
};

export const describeIamInstanceProfileAssociations = action(
  DescribeIamInstanceProfileAssociations$,
  (input: DescribeIamInstanceProfileAssociationsCommandInput, { world }) => {
    const ids = input.AssociationIds;
    const candidates = ids?.length
      ? ids.map((id) => instanceOfAssociation(world, id))
      : Object.values(world.ec2.data.instances).filter(({ profile }) => profile);
    const { items, NextToken } = page(filterItems(candidates, input.Filters, fields), input, ({ id }) => id, { ids });
    return {
      IamInstanceProfileAssociations: items.flatMap((it) => associationShape(world, it, "associated") ?? []),
      NextToken,
    } satisfies ActionOutput<DescribeIamInstanceProfileAssociationsCommandOutput>;
  },
);
