"""Resource types that hold data, each with what is lost when it is destroyed. Pure.

A type that the code alone can create again (a rule, a role, a service) does not belong here.
"""

from __future__ import annotations

_RECORDS = "its records, and the name servers that the registrar has"
_CIPHERTEXT = "all data that it encrypted, which nobody can read any more"
_ROWS = "the rows written since the last snapshot"

DATA_HOLDING = {
    "aws_backup_vault": "the recovery points in it",
    "aws_cloudwatch_log_group": "the logs in it",
    "aws_codecommit_repository": "the source in it",
    "aws_cognito_user_pool": "the users and their passwords",
    "aws_db_instance": _ROWS,
    "aws_db_snapshot": "a copy of a database",
    "aws_docdb_cluster": _ROWS,
    "aws_dynamodb_table": "the items in it",
    "aws_ebs_volume": "the blocks on it",
    "aws_ecr_repository": "the images in it, including those that a rollback needs",
    "aws_efs_access_point": "the access to its directory; the files stay",
    "aws_efs_file_system": "the files on it",
    "aws_elasticache_cluster": "what is cached, queued or counted in it",
    "aws_elasticache_replication_group": "what is cached, queued or counted in it",
    "aws_kinesis_stream": "the records not read yet",
    "aws_kms_key": _CIPHERTEXT,
    "aws_kms_replica_key": _CIPHERTEXT,
    "aws_opensearch_domain": "the documents in it",
    "aws_rds_cluster": _ROWS,
    "aws_rds_cluster_instance": "no rows, but the database is unavailable while its writer is created again",
    "aws_rds_global_cluster": "the replication to other regions",
    "aws_route53_zone": _RECORDS,
    "aws_s3_bucket": "the objects in it",
    "aws_s3_object": "this object",
    "aws_secretsmanager_secret": "every entry, including those that people entered",
    "aws_service_discovery_private_dns_namespace": _RECORDS,
    "aws_sqs_queue": "the messages not read yet",
    "aws_ssm_parameter": "its value, such as the image that a pipeline deployed",
    "aws_timestreamwrite_table": "the records in it",
}
