import { actionOf, type Operation } from "./actions.ts";

/** Somebody else's network, which bears no tag of ours: the very subnets and their VPC. */
export interface Network {
  readonly vpc: string;
  readonly subnets: readonly string[];
}

/** Somebody else's instance profile and the role in it, told by their names. */
export interface Profile {
  readonly instanceProfile: string;
  readonly role: string;
}

const madeForNetwork: readonly Operation[] = [
  "ec2:AssociateRouteTable",
  "ec2:AttachInternetGateway",
  "ec2:CreateInternetGateway",
  "ec2:CreateRoute",
  "ec2:CreateRouteTable",
  "ec2:CreateSubnet",
  "ec2:CreateVpc",
  "ec2:DeleteInternetGateway",
  "ec2:DeleteRouteTable",
  "ec2:DeleteSubnet",
  "ec2:DeleteVpc",
  "ec2:DescribeVpcAttribute",
  "ec2:DetachInternetGateway",
  "ec2:DisassociateRouteTable",
  "ec2:ModifyVpcAttribute",
  "ec2:ReplaceRoute",
];

const madeForProfile: readonly Operation[] = [
  "iam:AddRoleToInstanceProfile",
  "iam:AttachRolePolicy",
  "iam:CreateInstanceProfile",
  "iam:CreateRole",
  "iam:DeleteInstanceProfile",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:DetachRolePolicy",
  "iam:PutRolePolicy",
  "iam:RemoveRoleFromInstanceProfile",
];

/** The permissions that nobody needs who is given these. */
export function needlessWith(network: Network | undefined, profile: Profile | undefined): ReadonlySet<string> {
  return new Set([
    ...(network ? madeForNetwork : []).map(actionOf),
    ...(profile ? madeForProfile : []).map(actionOf),
    ...(profile ? ["iam:TagInstanceProfile", "iam:TagRole"] : []),
  ]);
}
