package dev.faissjvm.lambda;

import static dev.faissjvm.lambda.testing.Template.at;
import static dev.faissjvm.lambda.testing.Template.list;
import static dev.faissjvm.lambda.testing.Template.map;

import dev.faissjvm.lambda.testing.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the validators do not look at: rules of ours, and values that they let pass. */
final class TemplateRules {

  private static final List<String> KEPT =
      List.of("AWS::DynamoDB::Table", "AWS::EFS::FileSystem", "AWS::S3::Bucket");

  private final Template template;
  private final List<String> broken = new ArrayList<>();

  private TemplateRules(Template template) {
    this.template = template;
  }

  /** Returns a line for each rule that is broken. */
  static List<String> broken(String yaml) {
    TemplateRules rules = new TemplateRules(new Template(yaml));
    rules.storage();
    rules.functions();
    rules.tables();
    rules.statements();
    rules.calls();
    return rules.broken;
  }

  private void expect(boolean holds, String rule) {
    if (!holds) {
      broken.add(rule);
    }
  }

  private void storage() {
    for (String type : KEPT) {
      template
          .ofType(type)
          .forEach(
              (name, it) ->
                  expect(
                      at(it, "DeletionPolicy").equals("Retain")
                          && at(it, "UpdateReplacePolicy").equals("Retain"),
                      name + ": expected to be kept when the stack is deleted"));
    }
    Object system = template.resources().get("Storage");
    expect(at(system, "Properties", "Encrypted").equals(true), "Storage: expected to be encrypted");
    expect(
        at(system, "Properties", "BackupPolicy", "Status").equals("ENABLED"),
        "Storage: expected to be backed up");
    expect(
        at(system, "Properties", "FileSystemPolicy", "Statement", 0, "Effect").equals("Deny"),
        "Storage: expected a policy, else everybody in the network may mount it");
    for (Object ingress : template.ofType("AWS::EC2::SecurityGroupIngress").values()) {
      Map<String, Object> rule = map(at(ingress, "Properties"));
      expect(
          at(rule, "SourceSecurityGroupId", "Ref").equals("FunctionSecurityGroup")
              && at(rule, "FromPort").equals(2049)
              && at(rule, "ToPort").equals(2049),
          "port 2049: expected from the functions only");
    }
    template
        .ofType("AWS::EC2::SecurityGroup")
        .forEach(
            (name, group) ->
                expect(
                    !map(at(group, "Properties")).containsKey("SecurityGroupIngress"),
                    name + ": expected no way in but StorageFromFunctions"));
    template
        .ofType("AWS::EC2::VPCEndpoint")
        .forEach(
            (name, endpoint) ->
                expect(
                    at(endpoint, "Properties", "RouteTableIds", 0, "Ref").equals("PrivateRoutes"),
                    name + ": expected in the private route table"));
  }

  private void functions() {
    Set<String> mounts = template.ofType("AWS::EFS::MountTarget").keySet();
    template
        .ofType("AWS::Lambda::Function")
        .forEach(
            (name, function) -> {
              expect(
                  list(at(function, "DependsOn")).containsAll(mounts),
                  name + ": expected to wait for the mount targets");
              Object disk = at(function, "Properties", "EphemeralStorage", "Size");
              expect(
                  !(disk instanceof Integer size) || (size >= 512 && size <= 10_240),
                  name + ": expected 512 to 10240 MB of ephemeral storage");
              expect(
                  at(function, "Properties", "Architectures").equals(List.of("x86_64")),
                  name + ": expected x86_64, which the libraries are built for");
            });
    Object maker = template.resources().get("Maker");
    expect(
        at(maker, "Properties", "ReservedConcurrentExecutions").equals(1),
        "Maker: expected a reserved concurrency of 1");
    Object search = template.resources().get("Search");
    String published =
        String.valueOf(at(maker, "Properties", "Environment", "Variables", "FAISSJVM_SNAPSHOTS"));
    expect(
        published.contains("snapshots")
            && published.equals(
                String.valueOf(
                    at(search, "Properties", "Environment", "Variables", "FAISSJVM_SNAPSHOTS"))),
        "Search: expected to follow what the maker publishes");
    expect(
        at(search, "Properties", "Timeout") instanceof Integer seconds && seconds < 30,
        "Search: expected a timeout under the API's 30 s");
  }

  private void tables() {
    for (Object table : template.ofType("AWS::DynamoDB::Table").values()) {
      Map<String, Object> properties = map(at(table, "Properties"));
      expect(at(properties, "BillingMode").equals("PAY_PER_REQUEST"), "Table: expected on demand");
      Object index = at(properties, "GlobalSecondaryIndexes", 0);
      expect(
          at(index, "Projection", "ProjectionType").equals("KEYS_ONLY")
              && at(index, "KeySchema", 0, "AttributeName").equals("faiss_pending"),
          "Table: expected a sparse index of keys over faiss_pending");
      List<Object> elements = new ArrayList<>(list(at(properties, "KeySchema")));
      elements.addAll(list(at(index, "KeySchema")));
      for (Object element : elements) {
        expect(
            List.of("HASH", "RANGE").contains(at(element, "KeyType")),
            "Table: expected the key types HASH and RANGE, got " + at(element, "KeyType"));
      }
    }
  }

  private void statements() {
    List<Object> documents = new ArrayList<>();
    for (Object role : template.ofType("AWS::IAM::Role").values()) {
      list(at(role, "Properties", "Policies"))
          .forEach(policy -> documents.add(at(policy, "PolicyDocument")));
    }
    template
        .ofType("AWS::IAM::RolePolicy")
        .values()
        .forEach(policy -> documents.add(at(policy, "Properties", "PolicyDocument")));
    for (Object document : documents) {
      for (Object statement : list(at(document, "Statement"))) {
        String name = String.valueOf(at(statement, "Sid"));
        expect(
            !list(at(statement, "Resource")).contains("*"),
            "statement " + name + ": expected named resources, got *");
        expect(
            list(at(statement, "Action")).stream().noneMatch(a -> a.toString().endsWith("*")),
            "statement " + name + ": expected named actions, got *");
      }
    }
    String search =
        String.valueOf(template.resources().get("SearchRole"))
            + template.resources().get("SearchSnapshotPolicy");
    expect(
        Stream.of("ClientWrite", "dynamodb:", "PutObject", "DeleteObject")
            .noneMatch(search::contains),
        "SearchRole: expected to read only");
    for (String policy : List.of("MakerSnapshotPolicy", "SearchSnapshotPolicy")) {
      for (Object statement :
          list(at(template.resources().get(policy), "Properties", "PolicyDocument", "Statement"))) {
        expect(
            !list(at(statement, "Action")).contains("s3:ListBucket")
                || at(statement, "Condition", "StringLike", "s3:prefix").equals("snapshots/*"),
            policy + ": expected to list snapshots only");
        expect(
            !list(at(statement, "Action")).contains("s3:DeleteObject")
                || String.valueOf(at(statement, "Resource")).contains("/snapshots/*"),
            policy + ": expected to delete snapshots only");
      }
    }
  }

  private void calls() {
    Object schedule = at(template.resources().get("Schedule"), "Properties");
    expect(
        at(schedule, "Target", "RetryPolicy", "MaximumRetryAttempts").equals(0),
        "Schedule: expected no retries, the next call is one");
    for (Object rate : list(at(schedule, "ScheduleExpression", "Fn::If"))) {
      String text = rate instanceof Map<?, ?> ? String.valueOf(at(rate, "Fn::Sub")) : "" + rate;
      expect(
          !text.startsWith("rate(")
              || text.matches(
                  "rate\\((1 (minute|hour|day)|(\\$\\{\\w+}|[2-9]|\\d\\d+)"
                      + " (minutes|hours|days))\\)"),
          "Schedule: expected a rate as rate(1 hour) or rate(2 hours), got " + text);
    }
    Object stream = at(template.resources().get("Stream"), "Properties");
    expect(
        at(stream, "FunctionResponseTypes").equals(List.of("ReportBatchItemFailures"))
            && at(stream, "BisectBatchOnFunctionError").equals(true)
            && at(stream, "MaximumRecordAgeInSeconds") instanceof Integer
            && !at(stream, "DestinationConfig", "OnFailure").equals(Map.of()),
        "Stream: expected partial batches, bisection, a maximum age and a place for failures");
  }
}
