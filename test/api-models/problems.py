import re

UNKNOWN = "is not in the model"

# What the SDK sends and AWS answers today, and Debian's botocore of 2022 did not know yet; a current one knows all of it.
NEWER = {
    "ec2:CreateNetworkAcl": {"ClientToken", "CreateNetworkAcl.clientToken"},
    "autoscaling:StartInstanceRefresh": {
        f"Preferences.{name}" for name in ("AutoRollback", "BakeTime", "MaxHealthyPercentage")
    },
    "autoscaling:DescribeAutoScalingGroups": {"DescribeAutoScalingGroups.AutoScalingGroups.TrafficSources.Type"},
    "autoscaling:DescribeInstanceRefreshes": {
        f"DescribeInstanceRefreshes.InstanceRefreshes.{name}"
        for name in (
            "Preferences.AutoRollback",
            "Preferences.BakeTime",
            "Preferences.MaxHealthyPercentage",
            "Preferences.ScaleInProtectedInstances",
            "Preferences.StandbyInstances",
            "RollbackDetails",
        )
    },
    "ec2:CreateRouteTable": {"ClientToken", "CreateRouteTable.clientToken"},
    "ec2:CreateSecurityGroup": {"CreateSecurityGroup.securityGroupArn"},
    "ec2:DescribeSecurityGroups": {"DescribeSecurityGroups.SecurityGroups.securityGroupArn"},
    "ec2:DescribeImages": {"DescribeImages.Images.sourceInstanceId"},
    **{
        f"elbv2:{name}": {f"{name}.LoadBalancers.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"}
        for name in ("CreateLoadBalancer", "DescribeLoadBalancers")
    },
    **{
        f"rds:{name}": {
            f"{name}.DBInstance{more}.{member}"
            for more in ("", "s")
            for member in ("CertificateDetails", "DedicatedLogVolume")
        }
        for name in (
            "CreateDBInstance",
            "DeleteDBInstance",
            "DescribeDBInstances",
            "ModifyDBInstance",
            "StartDBInstance",
            "StopDBInstance",
        )
    },
    "s3:CreateBucket": {"CreateBucketConfiguration.Tags", "x-amz-bucket-arn"},
    "s3:ListBuckets": {"?bucket-region", "ListBuckets.Buckets.BucketRegion", "ListBuckets.Buckets.BucketArn"},
    "s3:ListObjectsV2": {"ListObjectsV2.Contents.ChecksumType"},
    "s3:PutObject": {"x-amz-checksum-type"},
}


# Words of an enum that came later.
NEWER_WORDS = {
    "autoscaling:DescribeInstanceRefreshes": {
        "DescribeInstanceRefreshes.InstanceRefreshes.Status": (
            "Baking",
            "RollbackInProgress",
            "RollbackFailed",
            "RollbackSuccessful",
        ),
    },
}


class Problems:
    """What is wrong with one message, each with the place where."""

    def __init__(self, model, operation):
        self.found = []
        # Places that are right, and that only this botocore does not know.
        self.newer = []
        self.operation = f"{model.service_name}:{operation.name}"

    def add(self, where, what):
        place = re.sub(r"\[\d+\]", "", where)
        words = NEWER_WORDS.get(self.operation, {}).get(place, ())
        if any(what.startswith(f"is '{word}', none of") for word in words):
            self.newer.append(place)
        elif what == UNKNOWN and place in NEWER.get(self.operation, ()):
            self.newer.append(place)
        else:
            self.found.append(f"{where} {what}")
