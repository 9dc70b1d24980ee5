"""The guarded tables: only services write them. One constant names them, tests and the admin hold to it."""

GUARDED: tuple[str, ...] = (
    "accounts.Consent",
    "accounts.OneTimeCode",
    "accounts.RateCounter",
    "accounts.SignIn",
    "audit.AccessLog",
    "audit.FormToken",
    "audit.JobRun",
    "help.Consultation",
    "help.ConsultationMessage",
    "help.Feedback",
    "insured.CoveragePeriod",
    "insured.Employer",
    "insured.EmployerAgent",
    "insured.Enrollment",
    "insured.FamilyRelation",
    "insured.InsuredPerson",
    "insured.StaffAssignment",
    "notifications.Delivery",
    "notifications.DeliveryAttempt",
    "notifications.Message",
    "payments.ContributionRecord",
    "suspension.Application",
    "suspension.ApplicationEvent",
    "suspension.Attachment",
    "suspension.Revision",
)
"""As "app label.Model". Areas, their rules, holidays and standards are content; accounts are written by the log-in
libraries, too."""
