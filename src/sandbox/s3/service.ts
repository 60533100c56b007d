import type { ServiceDefinition } from "../wire/action.ts";
import { abortMultipartUpload } from "./actions/abort-multipart-upload.ts";
import { completeMultipartUpload } from "./actions/complete-multipart-upload.ts";
import { copyObject } from "./actions/copy-object.ts";
import { createBucket } from "./actions/create-bucket.ts";
import { createMultipartUpload } from "./actions/create-multipart-upload.ts";
import { deleteBucket } from "./actions/delete-bucket.ts";
import { deleteBucketCors } from "./actions/delete-bucket-cors.ts";
import { deleteBucketEncryption } from "./actions/delete-bucket-encryption.ts";
import { deleteBucketLifecycle } from "./actions/delete-bucket-lifecycle.ts";
import { deleteBucketOwnershipControls } from "./actions/delete-bucket-ownership-controls.ts";
import { deleteBucketPolicy } from "./actions/delete-bucket-policy.ts";
import { deleteBucketTagging } from "./actions/delete-bucket-tagging.ts";
import { deleteBucketWebsite } from "./actions/delete-bucket-website.ts";
import { deleteObject } from "./actions/delete-object.ts";
import { deleteObjectTagging } from "./actions/delete-object-tagging.ts";
import { deleteObjects } from "./actions/delete-objects.ts";
import { deletePublicAccessBlock } from "./actions/delete-public-access-block.ts";
import { getBucketAcl } from "./actions/get-bucket-acl.ts";
import { getBucketCors } from "./actions/get-bucket-cors.ts";
import { getBucketEncryption } from "./actions/get-bucket-encryption.ts";
import { getBucketLifecycleConfiguration } from "./actions/get-bucket-lifecycle-configuration.ts";
import { getBucketLocation } from "./actions/get-bucket-location.ts";
import { getBucketLogging } from "./actions/get-bucket-logging.ts";
import { getBucketOwnershipControls } from "./actions/get-bucket-ownership-controls.ts";
import { getBucketPolicy } from "./actions/get-bucket-policy.ts";
import { getBucketPolicyStatus } from "./actions/get-bucket-policy-status.ts";
import { getBucketTagging } from "./actions/get-bucket-tagging.ts";
import { getBucketVersioning } from "./actions/get-bucket-versioning.ts";
import { getBucketWebsite } from "./actions/get-bucket-website.ts";
import { getObject } from "./actions/get-object.ts";
import { getObjectAttributes } from "./actions/get-object-attributes.ts";
import { getObjectTagging } from "./actions/get-object-tagging.ts";
import { getPublicAccessBlock } from "./actions/get-public-access-block.ts";
import { headBucket } from "./actions/head-bucket.ts";
import { headObject } from "./actions/head-object.ts";
import { listBuckets } from "./actions/list-buckets.ts";
import { listMultipartUploads } from "./actions/list-multipart-uploads.ts";
import { listObjectVersions } from "./actions/list-object-versions.ts";
import { listObjects } from "./actions/list-objects.ts";
import { listObjectsV2 } from "./actions/list-objects-v2.ts";
import { listParts } from "./actions/list-parts.ts";
import { putBucketCors } from "./actions/put-bucket-cors.ts";
import { putBucketEncryption } from "./actions/put-bucket-encryption.ts";
import { putBucketLifecycleConfiguration } from "./actions/put-bucket-lifecycle-configuration.ts";
import { putBucketLogging } from "./actions/put-bucket-logging.ts";
import { putBucketOwnershipControls } from "./actions/put-bucket-ownership-controls.ts";
import { putBucketPolicy } from "./actions/put-bucket-policy.ts";
import { putBucketTagging } from "./actions/put-bucket-tagging.ts";
import { putBucketVersioning } from "./actions/put-bucket-versioning.ts";
import { putBucketWebsite } from "./actions/put-bucket-website.ts";
import { putObject } from "./actions/put-object.ts";
import { putObjectTagging } from "./actions/put-object-tagging.ts";
import { putPublicAccessBlock } from "./actions/put-public-access-block.ts";
import { uploadPart } from "./actions/upload-part.ts";
import { uploadPartCopy } from "./actions/upload-part-copy.ts";

/** S3, path style only. What it does differently from AWS is in BEHAVIOUR.md. */
export const s3Service: ServiceDefinition = {
  signingName: "s3",
  protocol: "restXml",
  version: "2006-03-01",
  xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/",
  actions: [
    abortMultipartUpload,
    completeMultipartUpload,
    copyObject,
    createBucket,
    createMultipartUpload,
    deleteBucket,
    deleteBucketCors,
    deleteBucketEncryption,
    deleteBucketLifecycle,
    deleteBucketOwnershipControls,
    deleteBucketPolicy,
    deleteBucketTagging,
    deleteBucketWebsite,
    deleteObject,
    deleteObjectTagging,
    deleteObjects,
    deletePublicAccessBlock,
    getBucketAcl,
    getBucketCors,
    getBucketEncryption,
    getBucketLifecycleConfiguration,
    getBucketLocation,
    getBucketLogging,
    getBucketOwnershipControls,
    getBucketPolicy,
    getBucketPolicyStatus,
    getBucketTagging,
    getBucketVersioning,
    getBucketWebsite,
    getObject,
    getObjectAttributes,
    getObjectTagging,
    getPublicAccessBlock,
    headBucket,
    headObject,
    listBuckets,
    listMultipartUploads,
    listObjectVersions,
    listObjects,
    listObjectsV2,
    listParts,
    putBucketCors,
    putBucketEncryption,
    putBucketLifecycleConfiguration,
    putBucketLogging,
    putBucketOwnershipControls,
    putBucketPolicy,
    putBucketTagging,
    putBucketVersioning,
    putBucketWebsite,
    putObject,
    putObjectTagging,
    putPublicAccessBlock,
    uploadPart,
    uploadPartCopy,
  ],
};
