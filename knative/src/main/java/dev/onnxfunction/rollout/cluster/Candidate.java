package dev.onnxfunction.rollout.cluster;

import io.fabric8.knative.serving.v1.RevisionTemplateSpec;
import io.fabric8.knative.serving.v1.Service;

import org.jspecify.annotations.Nullable;

/**
 * The revision to deploy.
 *
 * @param name of its revision
 * @param template of its revision, with that name
 * @param manifest for creating the Service if there is none; null if it is known to exist
 */
public record Candidate(String name, RevisionTemplateSpec template, @Nullable Service manifest) {}
