"""ACM certificates of a zone, for load balancers and for CloudFront."""

from __future__ import annotations

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate, AcmCertificateOptions
from cdktf_cdktf_provider_aws.acm_certificate_validation import (
    AcmCertificateValidation,
    AcmCertificateValidationTimeouts,
)
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from ..context import Context
from ..monitoring.monitored import Monitored
from .alarms import certificate
from .names import record_id
from .settings import CertificateSettings
from .zone import Zone


class Certificate(Construct):
    """A certificate for a zone's apex and all hosts one level below.

    Creates: the certificate in the stack's region and, for CloudFront, in us-east-1; one validation record
    for each domain, unless another stack has it; the waits until both are issued. A replacement is created
    before a certificate is destroyed, since a listener or a distribution uses it. ACM renews certificates
    while the record exists.

    One record serves the wildcard and its apex, and every region ("the CNAME validation token works for any
    AWS Region"; AWS Certificate Manager user guide, "DNS validation").
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        zone: Zone,
        settings: CertificateSettings | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings or CertificateSettings()
        self._id, self._zone = id, zone
        self._names = (zone.domain, f"*.{zone.domain}", *self.settings.names)
        zone.check(*self.settings.names)
        regional = self._create("Default", None)
        domains = self._domains() if self.settings.validation_records else []
        self._records = [self._validate(regional, domain) for domain in domains]
        #: The ARN of the certificate in the stack's region, once it is issued.
        self.arn = self._wait("validation", regional, None)
        self._arn_for_cloudfront = self.arn
        if self.settings.for_cloudfront and (provider := context.global_provider):
            certificate = self._create("cloudfront", provider)
            self._arn_for_cloudfront = self._wait("cloudfront-validation", certificate, provider)

    @property
    def arn_for_cloudfront(self) -> str:
        """The ARN of the certificate in us-east-1, once it is issued."""
        return self._arn_for_cloudfront

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        arns = {False: self.arn}
        if self._arn_for_cloudfront != self.arn:
            arns[True] = self._arn_for_cloudfront
        return certificate(key=self._id, domain=self._zone.domain, arns=arns)

    def covers(self, host: str) -> bool:
        """Whether the certificate is valid for `host`."""
        wildcard = f"*.{host.partition('.')[2]}"
        return host in self._names or wildcard in self._names

    def _domains(self) -> list[str]:
        return list(dict.fromkeys(name.removeprefix("*.") for name in self._names))

    def _create(self, id: str, provider: TerraformProvider | None) -> AcmCertificate:
        return AcmCertificate(
            self,
            id,
            domain_name=self._names[0],
            subject_alternative_names=list(self._names[1:]),
            validation_method="DNS",
            key_algorithm=self.settings.key_algorithm,
            # Browsers refuse certificates that are in no certificate transparency log.
            options=AcmCertificateOptions(certificate_transparency_logging_preference="ENABLED"),
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            tags={"Name": self._zone.domain},
            provider=provider,
        )

    def _validate(self, certificate: AcmCertificate, domain: str) -> Route53Record:
        def option(attribute: str) -> str:
            # The set has no order, and its content is known after apply: the option is selected by its
            # domain.
            options = f"{certificate.fqn}.domain_validation_options"
            wanted = f'replace(option.domain_name, "*.", "") == "{domain}"'
            return f"${{[for option in {options} : option.{attribute} if {wanted}][0]}}"

        return Route53Record(
            self,
            f"{record_id(domain, self._zone.domain)}-validation-record",
            zone_id=self._zone.id,
            name=option("resource_record_name"),
            type=option("resource_record_type"),
            records=[option("resource_record_value")],
            ttl=60,  # a wrong or missing record should be cached briefly
            # The record is the same for every certificate of this domain in the account, so one of another
            # stack or of an earlier certificate is overwritten.
            allow_overwrite=True,
        )

    def _wait(self, id: str, certificate: AcmCertificate, provider: TerraformProvider | None) -> str:
        validation = AcmCertificateValidation(
            self,
            id,
            certificate_arn=certificate.arn,
            depends_on=list(self._records) or None,
            timeouts=AcmCertificateValidationTimeouts(create=f"{self.settings.validation_minutes}m"),
            provider=provider,
        )
        return str(validation.certificate_arn)
