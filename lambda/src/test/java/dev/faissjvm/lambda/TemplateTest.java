package dev.faissjvm.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.error.YAMLException;

/** The template keeps our own rules, and each rule is seen broken by one change of it. */
class TemplateTest {

  private static String template() throws IOException {
    return Files.readString(Path.of("template.yaml"));
  }

  @Test
  void everyRuleHolds() throws IOException {
    assertThat(TemplateRules.broken(template())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "DeletionPolicy: Retain; DeletionPolicy: Delete; expected to be kept when",
        "Encrypted: true; Encrypted: false; Storage: expected to be encrypted",
        "{Status: ENABLED}; {Status: DISABLED}; Storage: expected to be backed up",
        "FileSystemPolicy:; Wrong:; Storage: expected a policy",
        "FromPort: 2049; FromPort: 0; port 2049: expected from the functions only",
        "SourceSecurityGroupId: !Ref FunctionSecurityGroup; CidrIp: 0.0.0.0/0; port 2049: expected",
        "GroupDescription: The f; SecurityGroupIngress: The f; expected no way in",
        "RouteTableIds: [!Ref Private; RouteTableIds: [!Ref Public; in the private route table",
        "DependsOn: [StorageInA, StorageInB]; DependsOn: [StorageInA]; wait for the mount targets",
        "Timeout: 29; Timeout: 30; Search: expected a timeout",
        "{Size: !Ref SearchDisk}; {Size: 20480}; 512 to 10240 MB of ephemeral storage",
        "[x86_64]; [arm64]; expected x86_64",
        "ReservedConcurrentExecutions: 1; X: 1; Maker: expected a reserved concurrency of 1",
        "PAY_PER_REQUEST; PROVISIONED; Table: expected on demand",
        "KEYS_ONLY; ALL; Table: expected a sparse index",
        "KeyType: RANGE; KeyType: SORT; Table: expected the key types HASH and RANGE, got SORT",
        "Resource: !GetAtt LostEvents.Arn; Resource: '*'; statement LostEvents: expected named res",
        "sqs:SendMessage; 'sqs:*'; statement LostEvents: expected named actions",
        "Action: elasticfilesystem:ClientMount; Action: elasticfilesystem:ClientWrite; SearchRole",
        "${Bucket.Arn}/snapshots/*; ${Bucket.Arn}/*; MakerSnapshotPolicy: expected to delete"
            + " snapshots",
        "Condition: {StringLike: {; Condition: {StringNotLike: {; expected to list snapshots only",
        "FAISSJVM_SNAPSHOTS:; OTHER:; Search: expected to follow what the maker",
        "Action: s3:ListBucket; Action: s3:DeleteObject; SearchRole: expected to read only",
        "RetryPolicy: {MaximumRetryAttempts: 0}; RetryPolicy: {}; Schedule: expected no retries",
        "rate(1 hour); rate(1 hours); Schedule: expected a rate",
        "BisectBatchOnFunctionError: true; BisectBatchOnFunctionError: false; Stream: expected"
      })
  void aBrokenRuleIsSeen(String text, String other, String rule) throws IOException {
    String template = template();
    assertThat(template).contains(text);
    assertThat(TemplateRules.broken(template.replace(text, other)))
        .anyMatch(broken -> broken.contains(rule));
  }

  @Test
  void aliasesAreRefused() throws IOException {
    String aliased =
        template().replace("Architectures: [x86_64]", "Architectures: &a [x86_64]\n      B: *a");
    assertThatThrownBy(() -> TemplateRules.broken(aliased)).isInstanceOf(YAMLException.class);
  }
}
