import type { IamStore } from "./store.ts";

const statement = (Action: string | readonly string[]): object => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource: "*" }],
});

/** AWS's own policies that can be attached here, by ARN. */
const awsManaged: Readonly<Record<string, object>> = {
  "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore": {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: [
          "ssm:DescribeAssociation",
          "ssm:GetDeployablePatchSnapshotForInstance",
          "ssm:GetDocument",
          "ssm:DescribeDocument",
          "ssm:GetManifest",
          "ssm:GetParameter",
          "ssm:GetParameters",
          "ssm:ListAssociations",
          "ssm:ListInstanceAssociations",
          "ssm:PutInventory",
          "ssm:PutComplianceItems",
          "ssm:PutConfigurePackageResult",
          "ssm:UpdateAssociationStatus",
          "ssm:UpdateInstanceAssociationStatus",
          "ssm:UpdateInstanceInformation",
        ],
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ],
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: [
          "ec2messages:AcknowledgeMessage",
          "ec2messages:DeleteMessage",
          "ec2messages:FailMessage",
          "ec2messages:GetEndpoint",
          "ec2messages:GetMessages",
          "ec2messages:SendReply",
        ],
        Resource: "*",
      },
    ],
  },
  "arn:aws:iam::aws:policy/AdministratorAccess": statement("*"),
  "arn:aws:iam::aws:policy/AmazonS3FullAccess": statement(["s3:*", "s3-object-lambda:*"]),
  "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess": statement([
    "s3:Get*",
    "s3:List*",
    "s3:Describe*",
    "s3-object-lambda:Get*",
    "s3-object-lambda:List*",
  ]),
};

/** The document of a policy that can be attached to a role: AWS's or the account's own. */
export function managedPolicyDocument(iam: IamStore, arn: string): string | undefined {
  if (Object.hasOwn(awsManaged, arn)) return JSON.stringify(awsManaged[arn]);
  return Object.hasOwn(iam.data.policies, arn) ? iam.data.policies[arn]?.document : undefined;
}
