import type { ServiceDefinition } from "../wire/action.ts";
import { allocateAddress } from "./actions/allocate-address.ts";
import { associateIamInstanceProfile } from "./actions/associate-iam-instance-profile.ts";
import { associateRouteTable } from "./actions/associate-route-table.ts";
import { attachInternetGateway } from "./actions/attach-internet-gateway.ts";
import { authorizeSecurityGroupEgress } from "./actions/authorize-security-group-egress.ts";
import { authorizeSecurityGroupIngress } from "./actions/authorize-security-group-ingress.ts";
import { createImage } from "./actions/create-image.ts";
import { createInternetGateway } from "./actions/create-internet-gateway.ts";
import { createLaunchTemplate } from "./actions/create-launch-template.ts";
import { createLaunchTemplateVersion } from "./actions/create-launch-template-version.ts";
import { createNetworkAcl } from "./actions/create-network-acl.ts";
import { createRoute } from "./actions/create-route.ts";
import { createRouteTable } from "./actions/create-route-table.ts";
import { createSecurityGroup } from "./actions/create-security-group.ts";
import { createSubnet } from "./actions/create-subnet.ts";
import { createTags } from "./actions/create-tags.ts";
import { createVpc } from "./actions/create-vpc.ts";
import { deleteInternetGateway } from "./actions/delete-internet-gateway.ts";
import { deleteLaunchTemplate } from "./actions/delete-launch-template.ts";
import { deleteLaunchTemplateVersions } from "./actions/delete-launch-template-versions.ts";
import { deleteNetworkAcl } from "./actions/delete-network-acl.ts";
import { deleteRoute } from "./actions/delete-route.ts";
import { deleteRouteTable } from "./actions/delete-route-table.ts";
import { deleteSecurityGroup } from "./actions/delete-security-group.ts";
import { deleteSnapshot } from "./actions/delete-snapshot.ts";
import { deleteSubnet } from "./actions/delete-subnet.ts";
import { deleteTags } from "./actions/delete-tags.ts";
import { deleteVolume } from "./actions/delete-volume.ts";
import { deleteVpc } from "./actions/delete-vpc.ts";
import { deregisterImage } from "./actions/deregister-image.ts";
import { describeAddresses } from "./actions/describe-addresses.ts";
import { describeAvailabilityZones } from "./actions/describe-availability-zones.ts";
import { describeIamInstanceProfileAssociations } from "./actions/describe-iam-instance-profile-associations.ts";
import { describeImages } from "./actions/describe-images.ts";
import { describeInstanceStatus } from "./actions/describe-instance-status.ts";
import { describeInstanceTypeOfferings } from "./actions/describe-instance-type-offerings.ts";
import { describeInstanceTypes } from "./actions/describe-instance-types.ts";
import { describeInstances } from "./actions/describe-instances.ts";
import { describeInternetGateways } from "./actions/describe-internet-gateways.ts";
import { describeLaunchTemplateVersions } from "./actions/describe-launch-template-versions.ts";
import { describeLaunchTemplates } from "./actions/describe-launch-templates.ts";
import { describeNetworkAcls } from "./actions/describe-network-acls.ts";
import { describeNetworkInterfaces } from "./actions/describe-network-interfaces.ts";
import { describeRegions } from "./actions/describe-regions.ts";
import { describeRouteTables } from "./actions/describe-route-tables.ts";
import { describeSecurityGroupRules } from "./actions/describe-security-group-rules.ts";
import { describeSecurityGroups } from "./actions/describe-security-groups.ts";
import { describeSnapshots } from "./actions/describe-snapshots.ts";
import { describeSubnets } from "./actions/describe-subnets.ts";
import { describeTags } from "./actions/describe-tags.ts";
import { describeVolumes } from "./actions/describe-volumes.ts";
import { describeVpcAttribute } from "./actions/describe-vpc-attribute.ts";
import { describeVpcs } from "./actions/describe-vpcs.ts";
import { detachInternetGateway } from "./actions/detach-internet-gateway.ts";
import { disassociateIamInstanceProfile } from "./actions/disassociate-iam-instance-profile.ts";
import { disassociateRouteTable } from "./actions/disassociate-route-table.ts";
import { getConsoleOutput } from "./actions/get-console-output.ts";
import { modifyInstanceAttribute } from "./actions/modify-instance-attribute.ts";
import { modifyInstanceMetadataOptions } from "./actions/modify-instance-metadata-options.ts";
import { modifyLaunchTemplate } from "./actions/modify-launch-template.ts";
import { modifySubnetAttribute } from "./actions/modify-subnet-attribute.ts";
import { modifyVpcAttribute } from "./actions/modify-vpc-attribute.ts";
import { rebootInstances } from "./actions/reboot-instances.ts";
import { releaseAddress } from "./actions/release-address.ts";
import { replaceNetworkAclAssociation } from "./actions/replace-network-acl-association.ts";
import { replaceRoute } from "./actions/replace-route.ts";
import { revokeSecurityGroupEgress } from "./actions/revoke-security-group-egress.ts";
import { revokeSecurityGroupIngress } from "./actions/revoke-security-group-ingress.ts";
import { runInstances } from "./actions/run-instances.ts";
import { startInstances } from "./actions/start-instances.ts";
import { stopInstances } from "./actions/stop-instances.ts";
import { terminateInstances } from "./actions/terminate-instances.ts";

/** EC2. What it does differently from AWS is in BEHAVIOUR.md. */
export const ec2Service: ServiceDefinition = {
  signingName: "ec2",
  protocol: "ec2Query",
  version: "2016-11-15",
  xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
  actions: [
    allocateAddress,
    associateIamInstanceProfile,
    associateRouteTable,
    attachInternetGateway,
    authorizeSecurityGroupEgress,
    authorizeSecurityGroupIngress,
    createImage,
    createInternetGateway,
    createLaunchTemplate,
    createLaunchTemplateVersion,
    createNetworkAcl,
    createRoute,
    createRouteTable,
    createSecurityGroup,
    createSubnet,
    createTags,
    createVpc,
    deleteInternetGateway,
    deleteLaunchTemplate,
    deleteLaunchTemplateVersions,
    deleteNetworkAcl,
    deleteRoute,
    deleteRouteTable,
    deleteSecurityGroup,
    deleteSnapshot,
    deleteSubnet,
    deleteTags,
    deleteVolume,
    deleteVpc,
    deregisterImage,
    describeAddresses,
    describeAvailabilityZones,
    describeIamInstanceProfileAssociations,
    describeImages,
    describeInstances,
    describeInstanceStatus,
    describeInstanceTypeOfferings,
    describeInstanceTypes,
    describeInternetGateways,
    describeLaunchTemplates,
    describeLaunchTemplateVersions,
    describeNetworkAcls,
    describeNetworkInterfaces,
    describeRegions,
    describeRouteTables,
    describeSecurityGroupRules,
    describeSecurityGroups,
    describeSnapshots,
    describeSubnets,
    describeTags,
    describeVolumes,
    describeVpcAttribute,
    describeVpcs,
    detachInternetGateway,
    disassociateIamInstanceProfile,
    disassociateRouteTable,
    getConsoleOutput,
    modifyInstanceAttribute,
    modifyInstanceMetadataOptions,
    modifyLaunchTemplate,
    modifySubnetAttribute,
    modifyVpcAttribute,
    rebootInstances,
    releaseAddress,
    replaceNetworkAclAssociation,
    replaceRoute,
    revokeSecurityGroupEgress,
    revokeSecurityGroupIngress,
    runInstances,
    startInstances,
    stopInstances,
    terminateInstances,
  ],
};
